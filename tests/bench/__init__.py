# SPDX-License-Identifier: Apache-2.0
"""The benchmarks: what the module does, measured against what this machine can do in the same minutes. See docs/benchmarks.md."""
