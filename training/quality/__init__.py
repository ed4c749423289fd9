"""What is wrong with labelled pictures, before a model is trained on them (数据质量评估)."""
