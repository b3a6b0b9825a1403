"""The edge to documents: folders are read, cut into passages, embedded, and published as a version of the index."""
