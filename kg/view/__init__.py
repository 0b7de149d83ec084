"""A dataset as a picture: `graph` reads it, `layout` places it, `render` writes the page."""
