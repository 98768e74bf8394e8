"""Who is told?  An outbox written with the deed, delivered afterwards by e-mail, and read in the app."""
