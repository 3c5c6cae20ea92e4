"""The tests of the portal; their names read like the business."""
