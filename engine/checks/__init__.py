"""Anchors: results that are known without a simulator, and must come out of this one."""
