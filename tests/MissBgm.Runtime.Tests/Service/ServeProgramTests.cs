using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Service;

/// <summary><c>missbgm serve</c> as a process of its own, as systemd or a container runs it.</summary>
public sealed partial class ServeProgramTests : IDisposable
{
    private readonly TestModel _model = TestModel.OfTwoColumns();
    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }

        _model.Dispose();
    }

    private async Task<(Process Process, Uri Address)> StartAsync(int port, params string[] options)
    {
        // Whoever runs the tests in the background may have them ignore SIGINT, which a child would inherit.
        var start = new ProcessStartInfo(
            "env",
            [
                "--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "missbgm"), "serve", "--model", $"small={_model.Path}", "--port",
                $"{port}", "--drain", "0.2", "--reload", "0.05", .. options,
            ])
        {
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _started.Add(process);
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match) return (process, new Uri(match.Groups[1].Value));
        }

        throw new InvalidOperationException($"The service ended with {process.ExitCode}.");
    }

    private static Task<HttpResponseMessage> ImputeAsync(HttpClient client, string options = "") =>
        client.PostAsync($"/v1/models/small:impute{options}", new StringContent(RunningService.Row, Encoding.UTF8, "application/json"));

    private static async Task TellAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    [Fact]
    public async Task The_service_takes_the_place_of_the_command_and_starts_anew_on_its_port()
    {
        var (process, address) = await StartAsync(0);
        // Who started the command holds the service itself: signals reach it, and its exit code is the service's.
        Assert.Equal("missbgm-serve", (await File.ReadAllTextAsync($"/proc/{process.Id}/comm")).Trim());
        using (var client = new HttpClient { BaseAddress = address })
        {
            Assert.Equal(HttpStatusCode.OK, (await ImputeAsync(client)).StatusCode);
            var first = await RunningService.JsonOf(await client.GetAsync("/v1/models/small"));
            var manifest = Path.Combine(_model.Path, "manifest.json");
            await File.AppendAllTextAsync(manifest, "\n");
            Assert.Contains("was replaced", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
            var second = await RunningService.JsonOf(await ImputeAsync(client));
            Assert.NotEqual(first.GetProperty("manifest_sha256").GetString(), second.GetProperty("manifest_sha256").GetString());

            var slow = ImputeAsync(client, "?draws=20000&burn-in=20000");
            await Task.Delay(50);
            await TellAsync(process, "TERM");
            Assert.Equal(HttpStatusCode.OK, (await slow).StatusCode);
        }

        await process.WaitForExitAsync(Patience());
        Assert.Equal(0, process.ExitCode);
        var (again, there) = await StartAsync(address.Port);
        Assert.Equal(address, there);
        using var next = new HttpClient { BaseAddress = there };
        Assert.Equal(HttpStatusCode.OK, (await ImputeAsync(next)).StatusCode);
        await TellAsync(again, "INT");
        await again.WaitForExitAsync(Patience());
        Assert.Equal(0, again.ExitCode);
    }

    [Fact]
    public async Task A_client_that_sends_byte_by_byte_does_not_keep_the_service_from_ending()
    {
        var (process, address) = await StartAsync(0, "--timeout", "1");
        using var slow = new TcpClient();
        await slow.ConnectAsync(address.Host, address.Port);
        await slow.GetStream().WriteAsync(
            "POST /v1/models/small:impute HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        await TellAsync(process, "TERM");
        await process.WaitForExitAsync(Patience());
        Assert.Equal(0, process.ExitCode);
    }

    private static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [GeneratedRegex(@"listening on (http://\S+) with small")]
    private static partial Regex Listening();
}
