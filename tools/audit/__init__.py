"""What is asked of the contracts beyond their tests: static analysis, mutation, coverage."""
