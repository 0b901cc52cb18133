using System.Net;
using System.Net.Sockets;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Service;

namespace MissBgm.Runtime.Tests.Service;

public class ServiceLifeTests
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task A_request_that_takes_too_long_is_ended()
    {
        await using var service = await RunningService.StartAsync(options => options with { Timeout = TimeSpan.FromMilliseconds(200) });
        await RunningService.AssertProblemAsync(
            await service.EndlessAsync(), HttpStatusCode.GatewayTimeout, "took longer than 0.2 seconds");
        Assert.Equal(HttpStatusCode.OK, (await service.ImputeAsync(options: "?map-only")).StatusCode);
    }

    [Fact]
    public async Task What_has_come_is_answered_when_the_service_ends()
    {
        await using var service = await RunningService.StartAsync(options => options with { Drain = TimeSpan.FromSeconds(1), Concurrency = 2 });
        var asked = Enumerable.Range(0, 8).Select(_ => service.ImputeAsync(options: "?draws=20000&burn-in=20000")).ToArray();
        await Task.Delay(100);
        var stopping = service.StopAsync();
        var ready = await service.Client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.True(ready.Headers.ConnectionClose);
        var answers = await Task.WhenAll(asked);
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => service.ImputeAsync());
    }

    [Fact]
    public async Task Nothing_that_was_sent_is_lost_when_the_service_ends_under_load()
    {
        await using var service = await RunningService.StartAsync(options => options with { Drain = TimeSpan.FromMilliseconds(200) });
        var (answered, lost) = (0, 0);
        var clients = Enumerable.Range(0, 8).Select(async _ =>
        {
            for (; ; )
            {
                try
                {
                    using var answer = await service.ImputeAsync(options: "?draws=8&burn-in=1");
                    if (answer.StatusCode == HttpStatusCode.OK) Interlocked.Increment(ref answered);
                    else Interlocked.Increment(ref lost);
                }
                catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                {
                    return;
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref lost);
                    return;
                }
            }
        }).ToArray();
        while (Volatile.Read(ref answered) < 50) await Task.Delay(10);
        await service.StopAsync();
        await Task.WhenAll(clients);
        Assert.Equal(0, lost);
    }

    [Fact]
    public async Task A_replaced_bundle_serves_and_a_broken_one_leaves_the_old()
    {
        await using var service = await RunningService.StartAsync();
        async Task<string> Told(string member)
        {
            var model = await RunningService.JsonOf(await service.Client.GetAsync("/v1/models/small"));
            return model.TryGetProperty(member, out var value) ? $"{value}" : "";
        }

        async Task<string> Changed(string member, string from)
        {
            for (var i = 0; i < 400; i++)
            {
                if (await Told(member) is var now && now != from) return now;
                await Task.Delay(25);
            }

            throw new TimeoutException($"{member} stays '{from}'");
        }

        var manifest = Path.Combine(service.Model.Path, "manifest.json");
        var (first, whole) = (await Told("manifest_sha256"), File.ReadAllText(manifest));
        File.WriteAllText(manifest, whole[..100]);
        Assert.Contains("manifest.json", await Changed("reload_fault", ""), StringComparison.Ordinal);
        Assert.Equal(first, await Told("manifest_sha256"));
        Assert.Equal(HttpStatusCode.OK, (await service.ImputeAsync()).StatusCode);
        File.WriteAllText(manifest, whole + "\n\n");
        var second = await Changed("manifest_sha256", first);
        Assert.Equal("", await Told("reload_fault"));
        var answer = await RunningService.JsonOf(await service.ImputeAsync());
        Assert.Equal(second, answer.GetProperty("manifest_sha256").GetString());
        Directory.Move(service.Model.Path, service.Model.Path + "-away");
        Assert.Contains("there is no such bundle", await Changed("reload_fault", ""), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.ImputeAsync()).StatusCode);
    }

    [Fact]
    public async Task Bundles_replaced_under_load_lose_no_request()
    {
        await using var service = await RunningService.StartAsync(options => options with { Reload = TimeSpan.FromMilliseconds(5) });
        var manifest = Path.Combine(service.Model.Path, "manifest.json");
        using var end = new CancellationTokenSource(1500);
        var replacing = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await File.AppendAllTextAsync(manifest, "\n");
                await Task.Delay(10);
            }
        });
        var answered = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!end.IsCancellationRequested)
            {
                Assert.Equal(HttpStatusCode.OK, (await service.ImputeAsync(options: "?draws=8&burn-in=1")).StatusCode);
                Interlocked.Increment(ref answered);
            }
        }));
        await replacing;
        Assert.True(answered > 20, $"{answered} answers");
    }

    [Fact]
    public async Task A_token_is_asked_for_where_there_is_one()
    {
        if (OperatingSystem.IsWindows()) return;
        using var place = TestModel.OfTwoColumns();
        var file = place.Write("token", Token + "\n");
        await Assert.ThrowsAsync<UserInputException>(() => RunningService.StartAsync(options => options with { TokenFile = file }));
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        await using var service = await RunningService.StartAsync(options => options with { TokenFile = file });
        var without = await service.ImputeAsync();
        Assert.Equal("Bearer", without.Headers.WwwAuthenticate.ToString());
        await RunningService.AssertProblemAsync(without, HttpStatusCode.Unauthorized, "lacks the service's token");
        service.Client.DefaultRequestHeaders.Authorization = new("Bearer", Token[..^1] + "0");
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.Client.GetAsync("/v1/models")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.Client.GetAsync("/openapi/v1.json")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health/live")).StatusCode);
        service.Client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        Assert.Equal(HttpStatusCode.OK, (await service.ImputeAsync()).StatusCode);
        var api = await RunningService.JsonOf(await service.Client.GetAsync("/openapi/v1.json"));
        Assert.True(api.GetProperty("security")[0].TryGetProperty("bearer", out _));
        Assert.Equal("bearer", api.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString());
    }

    [Theory]
    [InlineData("short")]
    [InlineData("0123456789 0123456789 with blanks")]
    public async Task A_file_without_a_token_is_refused(string text)
    {
        using var place = TestModel.OfTwoColumns();
        var fault = await Assert.ThrowsAsync<UserInputException>(
            () => RunningService.StartAsync(options => options with { TokenFile = place.Write("token", text) }));
        Assert.Contains("does not hold a token", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_and_an_address_elsewhere_are_told()
    {
        await using var service = await RunningService.StartAsync();
        var taken = await Assert.ThrowsAsync<UserInputException>(() => RunningService.StartAsync(options => options with { Port = service.Address.Port }));
        Assert.Contains($"port {service.Address.Port} cannot be listened on", taken.Message, StringComparison.Ordinal);
        var elsewhere = await Assert.ThrowsAsync<UserInputException>(
            () => RunningService.StartAsync(options => options with { Address = IPAddress.Parse("203.0.113.1") }));
        Assert.Contains("203.0.113.1", elsewhere.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_ends_the_start()
    {
        var fault = await Assert.ThrowsAsync<BundleException>(
            () => RunningService.StartAsync(options => options with { Models = [new ModelPlace("none", "/no/model")] }));
        Assert.Contains("/no/model", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wine=/data/wine", "wine", "/data/wine")]
    [InlineData("/data/a=b/wine.zip", "wine", "/data/a=b/wine.zip")]
    [InlineData("/data/wine/", "wine", "/data/wine/")]
    public void Models_are_called_as_they_are_or_as_one_says(string text, string name, string path) =>
        Assert.Equal((name, path), (ModelPlace.Parse(text).Name, ModelPlace.Parse(text).Path));

    [Theory]
    [InlineData("a b=/data/wine")]
    [InlineData("wine=")]
    [InlineData("/data/my wine")]
    public void Names_that_cannot_stand_in_an_address_are_refused(string text) =>
        Assert.Contains("--model", Assert.Throws<UserInputException>(() => ModelPlace.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_closed_port_is_free_again()
    {
        Uri address;
        await using (var service = await RunningService.StartAsync())
        {
            address = service.Address;
            await service.StopAsync();
        }

        using var listener = new TcpListener(IPAddress.Loopback, address.Port);
        listener.Start();
    }
}
