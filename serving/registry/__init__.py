"""What makes a version trusted: keys, the signed statement about it, its file, its bundle."""
