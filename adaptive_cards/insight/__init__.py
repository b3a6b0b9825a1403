"""What HR sees: the overview, its pages, and the weekly digest."""
