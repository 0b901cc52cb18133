using MissBgm.Runtime;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

// Usage: embed MODEL TABLE.csv
// Imputes a CSV table of any length with a model loaded once, 512 rows at a time, then a single row given as numbers.
if (args.Length != 2)
{
    Console.Error.WriteLine("usage: embed MODEL TABLE.csv");
    return 2;
}

try
{
    // Load once; the imputer may be used from any number of threads.
    using var imputer = Imputer.Load(args[0]);
    var options = new ImputeOptions
    {
        Inference = imputer.Inference with { Draws = 200, BurnIn = 200, Chains = 2 },
        Seed = 1,
    };

    using var stream = File.OpenRead(args[1]);
    foreach (var part in imputer.ImputeParts(TableReader.ReadParts(stream, args[1], rows: 512), options))
    {
        foreach (var cell in part.Cells)
        {
            Console.WriteLine(
                $"row {part.RowOffset + cell.Row}, {part.Source.Header[cell.Column]}: "
                + $"{cell.Mean:0.###}, 95 % between {cell.Lower:0.###} and {cell.Upper:0.###}");
        }
    }

    // One row, in the training table's column order; NaN where a value is missing. The mode alone takes milliseconds.
    var row = new double[1, imputer.Bundle!.Schema.Columns.Count];
    for (var c = 0; c < row.Length; c++) row[0, c] = c == 0 ? double.NaN : imputer.Bundle!.Schema.Columns[c].Location;
    var mode = imputer.Impute(row, options with { MapOnly = true });
    Console.WriteLine($"first column of an average row: {mode.Value(0, 0):0.###}");
    return 0;
}
catch (MissBgmException e)
{
    // Bad input, a bad bundle, a numerical failure: the message is meant for people.
    Console.Error.WriteLine(e.Message);
    return e.ExitCode;
}
