"""Each figure beside its limit, in one run; anyone can run them: make bench."""
