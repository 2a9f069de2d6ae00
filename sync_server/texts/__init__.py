"""What people read, on pages and in letters: a folder a language, a file a page; and how figures and dates are said."""
