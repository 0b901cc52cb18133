using System.Diagnostics;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Tables;

/// <summary>Tables as pandas and R write them come back, as pandas and R read them, with their cells, their types and no gap.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly TestConsole _console = new();
    private readonly TestModel _model = TestModel.OfTwoColumns();

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    [ToolTheory("/usr/bin/python3", "-c", "import pandas, openpyxl")]
    [InlineData("plain", "t.csv")]
    [InlineData("semicolons", "t.csv")]
    [InlineData("tabs", "t.tsv")]
    [InlineData("gzip", "t.csv.gz")]
    [InlineData("zeros", "t.csv")]
    [InlineData("excel", "t.xlsx")]
    public void Tables_of_pandas_come_back(string kind, string file) => RoundTrip("/usr/bin/python3", "tables.py", kind, file);

    [ToolTheory("Rscript", "--version")]
    [InlineData("csv", "t.csv")]
    [InlineData("csv2", "t.csv")]
    public void Tables_of_R_come_back(string kind, string file) => RoundTrip("Rscript", "tables.R", kind, file);

    private void RoundTrip(string program, string script, string kind, string file)
    {
        var path = Checkout.PathOf("tests", "MissBgm.Runtime.Tests", "Tables", script);
        var completed = _model.File(kind == "excel" ? "completed.csv" : $"completed_{file}");
        Assert.Equal("", ToolTheoryAttribute.Run(program, path, "write", kind, _model.File(file)));
        Assert.True(_console.Run("impute", "--model", _model.Path, "--data", _model.File(file), "--out", completed) == 0, _console.Messages);
        Assert.Equal("same", ToolTheoryAttribute.Run(program, path, "check", kind, _model.File(file), completed));
    }
}

/// <summary>A test that another program takes part in, skipped where that is not installed.</summary>
internal sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(params string[] probe)
    {
        try
        {
            _ = Run(probe[0], probe[1..]);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Skip = $"{string.Join(' ', probe)} fails: install it to run this test.";
        }
    }

    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It fails.</exception>
    internal static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException(errors.Result);
    }
}
