"""Many runs of one model and of its variants: ensembles, scenarios, sweeps, and a store of runs."""
