using System.Security.Cryptography;
using System.Text;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;

namespace MissBgm.Service.Guards;

/// <summary>Lets requests in that carry the token (RFC 6750); health may be asked for without it.</summary>
internal sealed class BearerToken(RequestDelegate next, byte[] expected)
{
    private const int MostBytes = 4096;
    private const int FewestCharacters = 16;

    /// <summary>Reads the token's hash from a file.</summary>
    /// <exception cref="UserInputException">There is no such file, it may not be read, or others may read it, or what it holds is no token.</exception>
    internal static byte[] Read(string path)
    {
        var token = InputFile.ReadText(path, MostBytes).Trim();
        if (token.Length < FewestCharacters || token.Any(c => c is <= ' ' or > '~'))
        {
            throw new UserInputException(
                $"{path} does not hold a token: one line of at least {FewestCharacters} letters, digits and signs, such as openssl rand -hex 32 writes.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
        {
            throw new UserInputException($"{path} can be read by every user of this machine; chmod 600 it.");
        }

        return Hash(token);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/health") || IsRight(context.Request.Headers.Authorization.ToString()))
        {
            await next(context);
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        await Problem.WriteAsync(
            context, StatusCodes.Status401Unauthorized, "token",
            "The request lacks the service's token, or carries another; send it as Authorization: Bearer TOKEN.");
    }

    // Of hashes, the comparison takes the same time wherever they differ, and says nothing of the token's length.
    private bool IsRight(string header) =>
        header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && CryptographicOperations.FixedTimeEquals(Hash(header[7..].Trim()), expected);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
