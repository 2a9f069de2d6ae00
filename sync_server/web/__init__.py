"""The pages that people see; routes.py lists every one."""
