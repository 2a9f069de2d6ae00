"""People, their roles and passwords, and who may see which place."""
