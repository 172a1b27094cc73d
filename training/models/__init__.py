"""Networks, losses, targets and augmentation, in Keras alone."""
