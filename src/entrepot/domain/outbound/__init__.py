"""Going out: tax parameters of Hong Kong for the policy sandbox."""
