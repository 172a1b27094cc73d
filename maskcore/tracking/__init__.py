"""Faces over time: who is who, how each wears the mask, who crossed a line, when to act."""
