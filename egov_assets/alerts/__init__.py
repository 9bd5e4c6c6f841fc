"""Who is told what, once: incidents, channels, liveness."""
