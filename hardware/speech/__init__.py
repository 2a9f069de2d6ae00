"""What the terminal says aloud, and the socket that somebody listens at."""
