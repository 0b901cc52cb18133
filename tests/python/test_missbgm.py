"""The Python class over libmissbgm, with pandas and scikit-learn: MODEL and TABLE name the bundle and the table of MixedBundle, TRAIN missbgm-train or nothing."""
import os
import unittest
import warnings

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks

from missbgm import MissBgmError, MissBgmImputer

MODEL, TABLE = os.environ["MODEL"], os.environ["TABLE"]


class ImputerTests(unittest.TestCase):
    def setUp(self):
        self.frame = pd.read_csv(TABLE)
        self.imputer = MissBgmImputer(MODEL)

    def test_a_frame_comes_back_as_it_was_with_its_gaps_filled(self):
        completed = self.imputer.fit_transform(self.frame)
        self.assertEqual(list(completed.columns), list(self.frame.columns))
        self.assertFalse(completed.isna().any().any())
        for name in self.frame:
            observed = self.frame[name].notna()
            self.assertEqual(list(completed[name][observed]), list(self.frame[name][observed]))
            self.assertEqual(completed[name].dtype, self.frame[name].dtype)
        self.assertTrue(set(completed["colour"]) <= {"red", "green", "blue"})
        self.assertTrue((completed["age"] == completed["age"].round()).all())

    def test_columns_in_another_order_and_others_besides_do_not_matter(self):
        shuffled = self.frame[["age", "colour", "height", "smoker"]].assign(remark="x")
        pd.testing.assert_frame_equal(self.imputer.transform(shuffled)[list(self.frame)], self.imputer.transform(self.frame))

    def test_an_array_comes_back_as_an_array(self):
        completed = self.imputer.transform(self.frame.to_numpy(dtype=object))
        self.assertEqual(completed.tolist(), self.imputer.transform(self.frame).to_numpy(dtype=object).tolist())

    def test_deviations_intervals_and_samples_belong_together(self):
        completed, sd = self.imputer.transform(self.frame, return_std=True)
        lower, upper = self.imputer.interval(self.frame)
        gaps = self.frame["height"].isna().to_numpy()
        self.assertTrue((sd[gaps, 0] > 0).all() and (sd[~gaps, 0] == 0).all())
        self.assertTrue((lower[gaps, 0] < completed["height"][gaps]).all() and (completed["height"][gaps] < upper[gaps, 0]).all())
        tables = self.imputer.sample(self.frame, 20)
        drawn = np.array([table["height"][gaps] for table in tables])
        self.assertTrue((np.abs(drawn.mean(axis=0) - completed["height"][gaps]) < sd[gaps, 0]).all() and (drawn.std(axis=0) > 0.4 * sd[gaps, 0]).all())

    def test_equal_seeds_give_equal_draws(self):
        draw = lambda seed: MissBgmImputer(MODEL, sample_posterior=True, random_state=seed).transform(self.frame)
        pd.testing.assert_frame_equal(draw(1), draw(1))
        self.assertFalse(draw(1).equals(draw(2)))

    def test_faults_are_named(self):
        with self.assertRaisesRegex(MissBgmError, "there is no such bundle") as failed:
            MissBgmImputer("/no/such/model").fit(self.frame)
        self.assertEqual(failed.exception.code, 3)
        with self.assertRaisesRegex(ValueError, "lacks the columns age"):
            self.imputer.fit(self.frame.drop(columns="age"))
        with self.assertRaisesRegex(ValueError, "'mauve' is no level of the column; allowed: red, green, blue"):
            self.imputer.transform(self.frame.replace("red", "mauve"))
        with self.assertRaisesRegex(ValueError, "no model"):
            MissBgmImputer().transform(self.frame)

    def test_it_keeps_scikit_learn_s_habits(self):
        copy = clone(MissBgmImputer(MODEL, alpha=0.1))
        self.assertEqual((copy.model, copy.alpha), (MODEL, 0.1))
        pipeline = make_pipeline(MissBgmImputer(MODEL), FunctionTransformer(lambda frame: frame[["height", "age"]]))
        self.assertEqual(pipeline.fit_transform(self.frame).isna().sum().sum(), 0)
        self.assertEqual(list(self.imputer.fit(self.frame).get_feature_names_out()), list(self.frame))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for check in ("check_parameters_default_constructible", "check_no_attributes_set_in_init", "check_get_params_invariance", "check_set_params"):
                getattr(estimator_checks, check)("MissBgmImputer", MissBgmImputer())


if __name__ == "__main__":
    unittest.main()
