"""Pictures from use that wait for a person to say how their faces wear the mask."""
