"""Labelled data on its way into a training run."""
