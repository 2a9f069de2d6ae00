"""What goes out of the results on paper and by mail: a PDF of any page, and the morning's reports."""
