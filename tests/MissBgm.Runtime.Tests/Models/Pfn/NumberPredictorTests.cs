using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Pfn;

public sealed class NumberPredictorTests
{
    private static readonly NumberPredictor Predictor = new(Nano.Imputer);
    private static readonly PredictOptions Two = new() { Ensemble = 2 };

    [Fact]
    public void Predictions_are_near_and_as_sure_as_they_should_be()
    {
        var (train, _) = Priced(150, 1);
        var (test, truth) = Priced(60, 2);
        var prediction = Predictor.Predict(train, test, "price", Two);
        Assert.Equal(60, prediction.Rows);
        // Prices vary by 6.3 about their mean; the columns leave 1 untold, and more where one is missing, which is a tenth of the cells.
        var error = Math.Sqrt(truth.Zip(prediction.Mean, (price, mean) => (price - mean) * (price - mean)).Average());
        Assert.InRange(error, 0.5, 3);
        var covered = Enumerable.Range(0, 60).Count(i => truth[i] >= prediction.Lower[i] && truth[i] <= prediction.Upper[i]);
        Assert.InRange(covered, 54, 60);
        Assert.InRange(prediction.Sd.Order().ElementAt(30), 0.5, 3);
        // Half as sure, the intervals are narrower.
        var half = Predictor.Predict(train, test, "price", Two, alpha: 0.5);
        Assert.All(Enumerable.Range(0, 60), i => Assert.True(half.Upper[i] - half.Lower[i] < prediction.Upper[i] - prediction.Lower[i]));
        Assert.Equal(prediction.Mean, half.Mean);
    }

    [Fact]
    public void The_order_of_the_test_tables_columns_does_not_matter_and_its_target_is_not_read()
    {
        var (train, _) = Priced(60, 1);
        var expected = Predictor.Predict(train, Table.FromText(["size", "kind"], ["1.5", "a", "", "b"], MissingTokens.Default), "price", Two);
        var other = Table.FromText(["price", "kind", "size"], ["99", "a", "1.5", "x", "b", ""], MissingTokens.Default);
        Assert.Equal(expected.Mean, Predictor.Predict(train, other, "price", Two).Mean);
    }

    [Fact]
    public void An_unseen_category_counts_as_missing_and_rows_without_the_target_are_left_out()
    {
        var (train, _) = Priced(60, 1, without: 7);
        var unseen = Predictor.Predict(train, Table.FromText(["size", "kind"], ["1.5", "z"], MissingTokens.Default), "price", Two);
        Assert.Equal((1, 7), (unseen.UnseenCategories["kind"], unseen.UnlabelledRows));
        Assert.Equal(Predictor.Predict(train, Table.FromText(["size", "kind"], ["1.5", ""], MissingTokens.Default), "price", Two).Mean, unseen.Mean);
    }

    [Fact]
    public void Numbers_in_another_notation_are_the_same_numbers()
    {
        var (train, _) = Priced(60, 1);
        var plain = Predictor.Predict(train, Table.FromText(["size", "kind"], ["1.5", "a", "-0.25", "b"], MissingTokens.Default), "price", Two);
        var comma = Predictor.Predict(train, Table.FromText(["size", "kind"], ["1,5", "a", "-0,25", "b"], MissingTokens.Default), "price", Two);
        Assert.Equal(plain.Mean, comma.Mean);
    }

    public static TheoryData<string[], string[], string> Faults => new()
    {
        { ["size", "price"], ["1", "2", "2", "3"], "lacks the column 'size'" },
        { ["x", "price"], ["1", "", "2", ""], "column 'price' has no number at all" },
        { ["x", "price"], ["1", "3", "2", "3"], "column 'price' has one number only" },
        { ["x", "price"], ["1", "3", "2", "dear"], "'dear'" },
        { ["x", "y"], ["1", "3", "2", "4"], "there is no column 'price' to predict" },
        { ["x", "price"], ["1", "3", "1", "4"], "there is no column besides the target that tells rows apart" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_table_is_refused_with_what_to_do(string[] header, string[] cells, string expected)
    {
        var train = Table.FromText(header, cells, MissingTokens.Default, "train.csv");
        var test = Table.FromText(["x"], ["1"], MissingTokens.Default, "test.csv");
        Assert.Contains(expected, Assert.Throws<UserInputException>(() => Predictor.Predict(train, test, "price")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Amounts_are_numbers_and_few_repeated_values_are_classes()
    {
        Assert.True(NumberPredictor.IsAmount(Priced(60, 1).Table, "price"));
        Assert.False(NumberPredictor.IsAmount(Priced(60, 1).Table, "kind"));
        Assert.False(NumberPredictor.IsAmount(Priced(60, 1).Table, "nothing"));
        var stars = Table.FromText(["x", "stars"], [.. Enumerable.Range(0, 60).SelectMany(i => new[] { $"{i}", $"{1 + i % 5}" })], MissingTokens.Default);
        Assert.False(NumberPredictor.IsAmount(stars, "stars"));
    }

    // A price of 20 + 5 size, 5 more of kind b, and noise of standard deviation 1.
    private static (Table Table, double[] Prices) Priced(int rows, ulong seed, int without = 0)
    {
        var random = new Philox(seed);
        var (normals, uniforms, cells, prices) = (new float[2], new float[2], new List<string>(), new List<double>());
        for (var row = 0; row < rows; row++)
        {
            random.Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            random.Uniforms(uniforms, RandomPurpose.Simulation, 0, row, 1);
            var isB = uniforms[0] < 0.5;
            prices.Add(20 + 5 * normals[0] + (isB ? 5 : 0) + normals[1]);
            cells.AddRange([uniforms[1] < 0.1 ? "" : $"{normals[0]:R}", isB ? "b" : "a", row < without ? "" : $"{prices[^1]:R}"]);
        }

        return (Table.FromText(["size", "kind", "price"], cells, MissingTokens.Default, $"prices{seed}"), [.. prices]);
    }
}
