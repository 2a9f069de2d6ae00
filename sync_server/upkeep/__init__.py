"""What keeps a store well: backups and the way back, what is over, and a recount of everything."""
