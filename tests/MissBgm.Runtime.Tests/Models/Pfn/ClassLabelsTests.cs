using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Pfn;

/// <summary>Classes are told from amounts.</summary>
public sealed class ClassLabelsTests
{
    [Theory]
    [InlineData(120, 118, 1.0)]
    [InlineData(90, 30, 0.37)]
    [InlineData(200, 80, 1.0)]
    public void A_target_of_many_different_numbers_is_refused(int rows, int numbers, double step) =>
        Assert.Contains(
            $"holds {numbers} different numbers in {rows} rows", Assert.Throws<UserInputException>(() => Read(rows, numbers, step)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(90, 5, 1.0)]
    [InlineData(90, 20, 0.5)]
    [InlineData(300, 30, 1.0)]
    [InlineData(300, 30, 0.5)]
    public void Numbers_that_come_back_are_classes(int rows, int numbers, double step) => Assert.Equal(numbers, Read(rows, numbers, step).Names.Length);

    private static ClassLabels Read(int rows, int numbers, double step) => ClassLabels.Read(
        Table.FromText(["a", "t"], [.. Enumerable.Range(0, rows).SelectMany(i => new[] { $"{i}", $"{i % numbers * step}" })], MissingTokens.Default), "t");
}
