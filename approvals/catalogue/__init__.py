"""What can be done here: items, their versions, materials, forms and guides."""
