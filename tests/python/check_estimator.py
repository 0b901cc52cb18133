"""scikit-learn's own checks of the Python class, each with fits by missbgm-train: some minutes. Arguments name the checks wanted; else all.

    MISSBGM_LIBRARY=bin/lib/libmissbgm.so MISSBGM_TRAIN=bin/missbgm-train PYTHONPATH=bindings/python /usr/bin/python3 tests/python/check_estimator.py
"""
import sys
import warnings

from sklearn.utils.estimator_checks import check_estimator

from missbgm import MissBgmImputer

warnings.simplefilter("ignore")
failed = passed = 0
for estimator, check in check_estimator(MissBgmImputer(mechanism="ignorable", draws=8, chains=2), generate_only=True):
    name = getattr(check, "func", check).__name__
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        continue
    try:
        check(estimator)
        passed += 1
    except Exception as fault:
        failed += 1
        print(f"{name}: {type(fault).__name__}: {' '.join(str(fault).split())[:400]}", flush=True)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
