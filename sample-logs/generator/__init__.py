"""The sample stories, one module each, and the bricks they share."""
