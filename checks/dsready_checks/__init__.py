"""The checks that ship with dsready. They enter through the same entry points as anyone else's."""
