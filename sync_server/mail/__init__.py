"""What goes out by itself: letters by SMTP, and the outbox from which they and calls to webhooks are sent."""
