"""From words to the thumbnails that drawings start from, by flow matching."""
