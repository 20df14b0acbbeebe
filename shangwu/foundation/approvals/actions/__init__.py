"""What may be done to requests and routes."""
