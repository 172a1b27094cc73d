"""Bulk work: thousands of pictures and films, on this machine or on a cluster, into one table."""
