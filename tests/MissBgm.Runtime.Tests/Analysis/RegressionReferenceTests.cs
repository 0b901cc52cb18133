using System.Diagnostics;
using MissBgm.Runtime.Analysis;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Analysis;

/// <summary>Regressions against R's lm, glm and mice::pool on the same completed tables; regression.R beside this file gives the expected values.</summary>
public sealed class RegressionReferenceTests
{
    private const double Tolerance = 1e-8;

    private static string Folder => Checkout.PathOf("tests", "MissBgm.Runtime.Tests", "Analysis");

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var (expected, cases) = (TableReader.Read(Path.Combine(Folder, "regression.csv")), new TheoryData<string, string, string>());
            foreach (var (formula, family, weights) in Enumerable.Range(0, expected.Rows).Select(row => Case(expected, row)).Distinct())
            {
                cases.Add(formula, family, weights);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Coefficients_errors_degrees_of_freedom_and_missing_information_are_those_of_R(string formula, string family, string weights)
    {
        var expected = TableReader.Read(Path.Combine(Folder, "regression.csv"));
        var pooled = PooledRegression.Fit(Imputations(), formula, Enum.Parse<RegressionFamily>(family, ignoreCase: true), weights.Length == 0 ? null : weights);
        var rows = Enumerable.Range(0, expected.Rows).Where(row => Case(expected, row) == (formula, family, weights)).ToArray();
        Assert.Equal(rows.Select(row => expected.Text(row, 3)), pooled.Terms.Select(term => term.Term));
        foreach (var (row, term) in rows.Zip(pooled.Terms))
        {
            Assert.Equal(expected.IsMissing(row, 4), term.Pooled is null);
            if (term.Pooled is not { } p) continue;
            double[] found = [p.Estimate, p.StandardError, p.DegreesOfFreedom, p.PValue, p.Lower, p.Upper, p.FractionMissing];
            for (var i = 0; i < found.Length; i++)
            {
                var value = expected.Number(row, 4 + i);
                Assert.True(
                    Math.Abs(found[i] - value) <= Tolerance * Math.Max(1, Math.Abs(value)),
                    $"{formula}, {term.Term}, {expected.Header[4 + i]}: {found[i]:R}, R says {value:R}");
            }
        }
    }

    [RFact]
    public void R_still_says_what_is_expected()
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-test-").FullName;
        try
        {
            File.Copy(Path.Combine(Folder, "imputations.csv"), Path.Combine(folder, "imputations.csv"));
            using var process = Process.Start(
                new ProcessStartInfo("Rscript", [Path.Combine(Folder, "regression.R"), folder]) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors);
            var (now, expected) = (TableReader.Read(Path.Combine(folder, "regression.csv")), TableReader.Read(Path.Combine(Folder, "regression.csv")));
            Assert.Equal(expected.Rows, now.Rows);
            for (var row = 0; row < now.Rows; row++)
            {
                Assert.Equal(expected.Text(row, 3), now.Text(row, 3));
                for (var c = 4; c < now.Columns; c++)
                {
                    Assert.Equal(expected.IsMissing(row, c), now.IsMissing(row, c));
                    if (!now.IsMissing(row, c))
                    {
                        Assert.Equal(expected.Number(row, c), now.Number(row, c), 1e-9 * Math.Max(1, Math.Abs(expected.Number(row, c))));
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (string Formula, string Family, string Weights) Case(Table expected, int row) =>
        (expected.Text(row, 0), expected.Text(row, 1), expected.Text(row, 2));

    // Column .imp numbers the tables.
    private static Table[] Imputations()
    {
        var all = TableReader.Read(Path.Combine(Folder, "imputations.csv"));
        return [.. Enumerable.Range(0, all.Rows).GroupBy(row => all.Text(row, 0)).Select(group => all.Slice(group.First(), group.Last() + 1))];
    }
}

/// <summary>A test that needs R with the package mice; skipped, with the reason, where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> HasMice =
        new(() => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "Rscript")))
        && Directory.Exists("/usr/lib/R/site-library/mice"));

    public RFactAttribute()
    {
        if (!HasMice.Value) Skip = "R with the package mice is not installed (apt-get install r-cran-mice); the expected values it gave are committed.";
    }
}
