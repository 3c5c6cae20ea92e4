"""Delivery with proof."""
