using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Pfn;

/// <summary>The shipped model, and small tables for it.</summary>
internal static class Nano
{
    /// <summary>models/pfn-nano of the checkout the tests were built from.</summary>
    public static string Path { get; } = Checkout.PathOf("models", "pfn-nano");

    public static PfnModel Model { get; } = PfnModel.Load(Path);

    /// <summary>The same at the one door.</summary>
    public static Imputer Imputer { get; } = Imputer.Load(Path);

    /// <summary>So many draws, from two passes.</summary>
    public static ImputeOptions Options(int draws) => new() { Inference = Imputer.Inference with { Draws = draws }, Ensemble = 2 };

    /// <summary>Features x1..xF and a label that is a class of the first feature's value; a tenth of the cells is missing.</summary>
    public static Table Labelled(int rows, int features, int classes, ulong seed, bool label = true)
    {
        var random = new Philox(seed);
        var cells = new List<string>();
        var (normals, uniforms) = (new float[features], new float[features]);
        for (var row = 0; row < rows; row++)
        {
            random.Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            random.Uniforms(uniforms, RandomPurpose.Simulation, 0, row, 1);
            for (var f = 0; f < features; f++) cells.Add(f > 0 && uniforms[f] < 0.1 ? "" : $"{normals[f]:R}");
            if (label) cells.Add($"c{Math.Clamp((int)Math.Floor((normals[0] + 2) / 4 * classes), 0, classes - 1):00}");
        }

        var header = Enumerable.Range(1, features).Select(f => $"x{f}").ToList();
        if (label) header.Add("label");
        return Table.FromText(header, cells, MissingTokens.Default, $"table{seed}");
    }

    /// <summary>
    /// Columns size, colour, bought, grade, age, share; a quarter of the cells is missing. The size decides the colour and is told by the
    /// others.
    /// </summary>
    public static Table Mixed(int rows, ulong seed)
    {
        var random = new Philox(seed);
        var (normals, uniforms) = (new float[5], new float[6]);
        var cells = new List<string>();
        for (var row = 0; row < rows; row++)
        {
            random.Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            random.Uniforms(uniforms, RandomPurpose.Simulation, 0, row, 1);
            var size = normals[0];
            var grade = size + 0.5 * normals[2];
            string[] values =
            [
                $"{size:0.000}", Colour(size), size + normals[1] > 0 ? "yes" : "no", grade < -0.5 ? "low" : grade < 0.5 ? "middle" : "high",
                $"{40 + Math.Round(12 * size + 5 * normals[3])}", $"{1 / (1 + Math.Exp(-3 * size - normals[4])):0.0000}",
            ];
            cells.AddRange(values.Zip(uniforms, (value, uniform) => uniform < 0.25 ? "" : value));
        }

        return Table.FromText(["size", "colour", "bought", "grade", "age", "share"], cells, MissingTokens.Default, $"mixed{seed}");
    }

    /// <summary>The colour of a size in <see cref="Mixed"/>.</summary>
    public static string Colour(double size) => size < -0.43 ? "red" : size < 0.43 ? "green" : "blue";
}
