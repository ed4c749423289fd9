"""What reviewers said, as labelled pictures, and the runs that learn from it."""
