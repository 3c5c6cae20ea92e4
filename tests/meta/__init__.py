"""What must hold for the code itself: floors, form, texts, and no word of one database outside its room."""
