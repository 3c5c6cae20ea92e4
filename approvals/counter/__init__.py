"""The counter: intake for the person at the window, receipts of papers, hand-over."""
