using System.Diagnostics;
using System.Text.Json;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Report;

/// <summary>Reports in a real Chromium: 400, 800 and 1,600 pixels wide, light and dark, printed, looked over by axe-core.</summary>
public sealed class BrowserTests : IDisposable
{
    private readonly TestConsole _console = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-test-").FullName;

    public void Dispose()
    {
        _console.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed record Violation(int Width, string ColorScheme, string Id, string Where, string Why);

    private sealed record Search(string Name, string[] Shown);

    private sealed record Found(
        string[] Errors, string[] Requests, int[] Overflowing, Violation[] Violations, int PdfBytes, JsonElement[] Figures, Search? Search);

    [ChromiumFact]
    public void A_report_stands_in_every_width_and_light_asks_for_nothing_and_is_accessible()
    {
        var page = Path.Combine(_folder, "report.html");
        Assert.Equal(
            0,
            _console.Run(
                "report", "--model", Checkout.PathOf("models", "pfn-nano"), "--data", Checkout.PathOf("data", "wine_mnar20.csv"), "--draws",
                "20", "--out", page));
        var found = AssertStands(page);
        Assert.NotNull(found.Search);
        Assert.All(found.Search.Shown, name => Assert.Contains(found.Search.Name, name, StringComparison.Ordinal));
    }

    [ChromiumFact]
    public void So_does_a_report_of_predictions()
    {
        var (page, table) = (Path.Combine(_folder, "report.html"), Path.Combine(_folder, "train.csv"));
        File.WriteAllText(
            table,
            "x,y,label\n"
                + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i * 37 % 20},{i % 7},{(i * 37 % 20 > 8 ? "yes" : "no")}\n")));
        Assert.Equal(
            0,
            _console.Run(
                "predict", "--model", Checkout.PathOf("models", "pfn-nano"), "--train", table, "--test", table, "--target", "label",
                "--out", Path.Combine(_folder, "p.csv"), "--ensemble", "1", "--report", page));
        AssertStands(page);
    }

    // The checks themselves find what is wrong with a page.
    [ChromiumFact]
    public void A_page_that_is_wide_pale_noisy_and_fetches_is_found_out()
    {
        var page = Path.Combine(_folder, "bad.html");
        File.WriteAllText(
            page,
            "<!DOCTYPE html><html lang=\"en\"><title>t</title><body><p "
            + "style=\"width:900px;color:#ddd;background:#fff\">pale</p><img "
            + "src=\"missing.png\"><script>nothing()</script></body></html>");
        var found = Look(page);
        Assert.Contains(found.Errors, error => error.Contains("nothing is not defined", StringComparison.Ordinal));
        Assert.Contains(found.Requests, request => request.EndsWith("missing.png", StringComparison.Ordinal));
        Assert.Contains(400, found.Overflowing);
        Assert.Contains(found.Violations, violation => violation.Id == "color-contrast");
        Assert.Contains(found.Violations, violation => violation.Id == "image-alt");
    }

    private static Found AssertStands(string page)
    {
        var found = Look(page);
        Assert.Empty(found.Errors);
        Assert.Empty(found.Requests);
        Assert.Empty(found.Overflowing);
        Assert.Empty(found.Violations);
        Assert.InRange(found.PdfBytes, 20_000, 5_000_000);
        // The browser reads the numbers that the file holds.
        Assert.Equal(
            ReportPage.Figures(File.ReadAllText(page)).Select(figure => figure.Value),
            found.Figures.Select(figure => figure.GetProperty("value").GetString()));
        return found;
    }

    private static Found Look(string page)
    {
        using var process = Process.Start(
            new ProcessStartInfo("node", [Checkout.PathOf("tests", "pages", "look.mjs"), page])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return JsonSerializer.Deserialize<Found>(output, JsonSerializerOptions.Web)!;
    }
}

/// <summary>A test that needs Chromium and what npm brings; skipped, with the reason, where tests/setup.sh has not been run.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        var browser = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        var axe = Checkout.PathOf("tests", "pages", "node_modules", "axe-core");
        if (!File.Exists(browser)) Skip = $"there is no {browser}; tests/setup.sh installs Chromium.";
        else if (!Directory.Exists(axe)) Skip = "axe-core is not installed; tests/setup.sh brings it.";
    }
}
