"""What the case page shows, worked out from a fixed number of queries; the templates only lay it out."""
