"""What is asked, what an answer is, what is exchanged and how a figure is computed: pure, no I/O (design.md 4)."""
