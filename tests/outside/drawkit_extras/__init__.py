"""Plug-ins for drawkit that live outside of it."""
