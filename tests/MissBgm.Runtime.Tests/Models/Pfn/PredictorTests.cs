using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Pfn;

public sealed class PredictorTests
{
    private static readonly Predictor Predictor = new(Nano.Model);
    private static readonly Table Train = Nano.Labelled(120, 4, 2, 1);
    private static readonly Table Test = Nano.Labelled(60, 4, 2, 2);

    [Fact]
    public void A_label_that_a_feature_decides_is_learned_from_the_context()
    {
        var prediction = Predictor.Predict(Train, Test, "label");
        var right = Enumerable.Range(0, Test.Rows).Count(row => prediction.Predicted(row) == Test.Text(row, 4));
        // Guessing gets 54 or more of 60 right with probability below 1e-9.
        Assert.True(right >= 54, $"{right} of {Test.Rows}");
        Assert.Equal(["c00", "c01"], prediction.Classes);
    }

    [Fact]
    public void Probabilities_of_a_row_sum_to_one()
    {
        var prediction = Predictor.Predict(Train, Test, "label");
        for (var row = 0; row < prediction.Rows; row++) Assert.Equal(1, prediction.Probabilities.AsSpan(row * 2, 2).ToArray().Sum(), 9);
    }

    [Fact]
    public void The_same_seed_gives_the_same_probabilities_whatever_the_threads()
    {
        var one = Predictor.Predict(Train, Test, "label", new PredictOptions { Threads = 1 });
        Assert.Equal(one.Probabilities, Predictor.Predict(Train, Test, "label", new PredictOptions { Threads = 4 }).Probabilities);
        Assert.NotEqual(one.Probabilities, Predictor.Predict(Train, Test, "label", new PredictOptions { Seed = 7 }).Probabilities);
    }

    [Fact]
    public void Test_columns_may_stand_in_any_order_and_the_target_may_be_absent()
    {
        var expected = Predictor.Predict(Train, Test, "label").Probabilities;
        int[] order = [3, 1, 0, 2];
        var cells = Enumerable.Range(0, Test.Rows).SelectMany(row => order.Select(c => Test.Text(row, c))).ToArray();
        var shuffled = Table.FromText([.. order.Select(c => Test.Header[c])], cells, MissingTokens.Default);
        Assert.Equal(expected, Predictor.Predict(Train, shuffled, "label").Probabilities);
    }

    [Fact]
    public void More_classes_than_the_network_has_are_told_apart_by_merging_them_in_several_ways()
    {
        var prediction = Predictor.Predict(Nano.Labelled(400, 2, 13, 3), Nano.Labelled(80, 2, 13, 4), "label");
        Assert.Equal(13, prediction.Classes.Count);
        // The class is the first feature cut into 13: a prediction two classes off is near. Guessing is that near with probability 0.34.
        var test = Nano.Labelled(80, 2, 13, 4);
        var near = Enumerable.Range(0, 80).Count(row => Math.Abs(int.Parse(prediction.Predicted(row)[1..]) - int.Parse(test.Text(row, 2)[1..])) <= 2);
        Assert.True(near > 48, $"{near} of 80");
    }

    [Fact]
    public void More_features_than_the_network_has_are_sampled_by_each_pass()
    {
        var prediction = Predictor.Predict(Nano.Labelled(60, 130, 2, 5), Nano.Labelled(10, 130, 2, 6), "label", new PredictOptions { Ensemble = 3 });
        Assert.Equal(10, prediction.Rows);
        Assert.All(prediction.Probabilities, p => Assert.InRange(p, 0, 1));
    }

    [Fact]
    public void A_long_training_table_is_sampled_by_each_pass()
    {
        var options = new PredictOptions { MaximumContext = 50, Ensemble = 2 };
        Assert.All(Predictor.Predict(Train, Test, "label", options).Probabilities, p => Assert.InRange(p, 0, 1));
    }

    [Fact]
    public void A_category_that_training_did_not_have_counts_as_missing_and_is_reported()
    {
        var train = Table.FromText(["k", "x", "label"], ["a", "1", "u", "b", "2", "v", "a", "3", "u", "b", "4", "v"], MissingTokens.Default);
        var unseen = Predictor.Predict(train, Table.FromText(["k", "x"], ["z", "1"], MissingTokens.Default), "label");
        var missing = Predictor.Predict(train, Table.FromText(["k", "x"], ["", "1"], MissingTokens.Default), "label");
        Assert.Equal(1, unseen.UnseenCategories["k"]);
        Assert.Equal(missing.Probabilities, unseen.Probabilities);
    }

    [Fact]
    public void Categories_that_are_told_apart_by_no_order_are_used()
    {
        // The middle code of three is one class, its neighbours the other: half of the passes see an indicator for each category.
        string[] Cells(int rows) => [.. Enumerable.Range(0, rows).SelectMany(i => new[] { "abc"[i % 3].ToString(), $"{i * 37 % 11}", i % 3 == 1 ? "u" : "v" })];
        var train = Table.FromText(["k", "x", "label"], Cells(90), MissingTokens.Default);
        var prediction = Predictor.Predict(train, Table.FromText(["k", "x", "label"], Cells(30), MissingTokens.Default), "label");
        Assert.Equal(Enumerable.Range(0, 30).Select(i => i % 3 == 1 ? "u" : "v"), Enumerable.Range(0, 30).Select(prediction.Predicted));
    }

    [Fact]
    public void Rows_without_a_label_are_left_out_and_counted()
    {
        var train = Table.FromText(["x", "label"], ["1", "u", "2", "v", "3", "", "4", "u"], MissingTokens.Default);
        Assert.Equal(1, Predictor.Predict(train, Table.FromText(["x"], ["1"], MissingTokens.Default), "label").UnlabelledRows);
    }

    [Fact]
    public void A_column_without_observed_cells_is_left_out_and_named()
    {
        var train = Table.FromText(["x", "e", "label"], ["1", "", "u", "2", "", "v"], MissingTokens.Default);
        Assert.Equal(["e"], Predictor.Predict(train, Table.FromText(["x", "e"], ["1", ""], MissingTokens.Default), "label").EmptyColumns);
    }

    [Fact]
    public void A_row_with_nothing_observed_gets_a_prediction()
    {
        var prediction = Predictor.Predict(Train, Table.FromText(["x1", "x2", "x3", "x4"], ["", "", "", ""], MissingTokens.Default), "label");
        Assert.Equal(1, prediction.Probabilities.Sum(), 9);
    }

    public static TheoryData<string[], string[], string, string> Faults => new()
    {
        { ["x", "y"], ["1", "u"], "label", "there is no column 'label' to predict; its columns are 'x', 'y'" },
        { ["x", "label"], ["1", "", "2", ""], "label", "has no label at all" },
        { ["x", "label"], ["1", "u", "2", "u"], "label", "holds one class only, 'u'" },
        { ["label"], ["u", "v"], "label", "no column with observed cells besides the target" },
        { ["z", "label"], ["1", "u", "2", "v"], "label", "lacks the column 'z'" },
        { ["x", "w", "label"], ["1", "1", "u", "2", "2", "v"], "label", "lacks the column 'w'" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_table_is_refused_with_what_to_do(string[] header, string[] cells, string target, string expected)
    {
        var test = Table.FromText(["x"], ["1"], MissingTokens.Default, "test.csv");
        var error = Assert.Throws<UserInputException>(() => Predictor.Predict(Table.FromText(header, cells, MissingTokens.Default, "train.csv"), test, target));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_in_a_numeric_column_is_refused_with_its_place()
    {
        var train = Table.FromText(["x", "label"], ["1", "u", "2", "v"], MissingTokens.Default);
        var error = Assert.Throws<UserInputException>(() =>
            Predictor.Predict(train, Table.FromText(["x"], ["oops"], MissingTokens.Default, "test.csv"), "label"));
        Assert.Contains("test.csv, line 2, column 'x': 'oops' is not a number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_that_are_numbers_stand_in_their_order()
    {
        var train = Table.FromText(["x", "label"], ["1", "10", "2", "9", "3", "10"], MissingTokens.Default);
        Assert.Equal(["9", "10"], Predictor.Predict(train, Table.FromText(["x"], ["1"], MissingTokens.Default), "label").Classes);
    }
}
