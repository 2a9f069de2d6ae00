"""What the customer sees and touches. The only part that imports Kivy, and only once a Window is made (window.py)."""
