"""Who is at the web door: with passwords, by an OpenID provider, or in the demo mode."""
