package io.modelhub.catalog.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {

    private static final UUID ROW = UUID.fromString("7d9f9a6e-0d0c-4e0a-9c59-d8fb1a8f2a11");
    private static final Secret SECRET = new Secret("sk-proj-0123456789x4Tb");

    private static String key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return Base64.getEncoder().encodeToString(key);
    }

    private static KeyEncryption only(@Nullable String keyFile, @Nullable String key) {
        return new KeyEncryption(keyFile, key, List.of(), List.of());
    }

    private static Vault rotated(int fill, int previous) {
        return Vault.of(new KeyEncryption(null, key(fill), List.of(), List.of(key(previous))));
    }

    private static Vault vault(int fill) {
        return Vault.of(only(null, key(fill)));
    }

    @Test
    void opensWhatItSealed() throws GeneralSecurityException {
        SealedSecret sealed = vault(1).seal(ROW, SECRET);

        assertThat(vault(1).open(ROW, sealed).clear()).isEqualTo(SECRET.clear());
        assertThat(new String(sealed.ciphertext(), StandardCharsets.ISO_8859_1)).doesNotContain("sk-proj");
    }

    @Test
    void sealsTheSameSecretDifferentlyEachTime() {
        assertThat(vault(1).seal(ROW, SECRET).ciphertext())
                .isNotEqualTo(vault(1).seal(ROW, SECRET).ciphertext());
    }

    @Test
    void doesNotOpenACiphertextThatWasMovedToAnotherRow() {
        SealedSecret sealed = vault(1).seal(ROW, SECRET);

        assertThatThrownBy(() -> vault(1).open(UUID.randomUUID(), sealed)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void doesNotOpenUnderAnotherKeyOrWhatWasChanged() {
        SealedSecret sealed = vault(1).seal(ROW, SECRET);

        assertThatThrownBy(() -> vault(2).open(ROW, sealed)).isInstanceOf(GeneralSecurityException.class);
        sealed.ciphertext()[sealed.ciphertext().length - 1] ^= 1;
        assertThatThrownBy(() -> vault(1).open(ROW, sealed)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void namesTheKeyThatSealed() {
        assertThat(vault(1).seal(ROW, SECRET).keyId())
                .isEqualTo(vault(1).seal(UUID.randomUUID(), SECRET).keyId())
                .isNotEqualTo(vault(2).seal(ROW, SECRET).keyId());
    }

    @Test
    void readsTheKeyFromAFile(@TempDir Path folder) throws IOException, GeneralSecurityException {
        Path file = Files.writeString(folder.resolve("key"), key(1) + "\n");

        Vault vault = Vault.of(only(file.toString(), null));

        assertThat(vault.open(ROW, vault(1).seal(ROW, SECRET)).clear()).isEqualTo(SECRET.clear());
    }

    @Test
    void opensWhatAPreviousKeySealedAndSealsUnderTheCurrentOne() throws GeneralSecurityException {
        SealedSecret old = vault(1).seal(ROW, SECRET);
        Vault both = rotated(2, 1);

        assertThat(both.open(ROW, old).clear()).isEqualTo(SECRET.clear());
        assertThat(both.currentKeyId()).isEqualTo(vault(2).currentKeyId());
        assertThat(both.openableKeyIds()).containsExactlyInAnyOrder(vault(1).currentKeyId(), vault(2).currentKeyId());
        SealedSecret fresh = both.seal(ROW, SECRET);
        assertThat(vault(2).open(ROW, fresh).clear()).isEqualTo(SECRET.clear());
        assertThat(fresh.keyId()).isEqualTo(vault(2).currentKeyId());
    }

    @Test
    void readsPreviousKeysFromFiles(@TempDir Path folder) throws IOException, GeneralSecurityException {
        Path file = Files.writeString(folder.resolve("old"), key(1) + "\n");

        Vault vault = Vault.of(new KeyEncryption(null, key(2), List.of(file.toString()), List.of(key(3))));

        assertThat(vault.open(ROW, vault(1).seal(ROW, SECRET)).clear()).isEqualTo(SECRET.clear());
        assertThat(vault.open(ROW, vault(3).seal(ROW, SECRET)).clear()).isEqualTo(SECRET.clear());
    }

    @Test
    void saysInOneSentenceWhatIsWrongWithTheKey(@TempDir Path folder) throws IOException {
        String shortKey = Base64.getEncoder().encodeToString(new byte[16]);
        Path broken = Files.writeString(folder.resolve("key"), "not base64!");

        assertRefused(only(null, null), "No key-encryption key: set modelhub.key-encryption.key-file");
        assertRefused(only("a", "b"), "Both modelhub.key-encryption.key-file and modelhub.key-encryption.key");
        assertRefused(
                only(null, shortKey),
                "The key-encryption key of modelhub.key-encryption.key has 16 bytes instead of 32.");
        assertRefused(
                only(broken.toString(), null),
                "The key-encryption key of modelhub.key-encryption.key-file is not base64.");
        assertRefused(
                only(folder.resolve("none").toString(), null),
                "The key-encryption key can't be read: modelhub.key-encryption.key-file names ");
    }

    @Test
    void namesThePreviousKeyThatIsWrong() {
        assertRefused(
                new KeyEncryption(null, key(1), List.of("/nowhere"), List.of()),
                "The key-encryption key can't be read: modelhub.key-encryption.previous-key-files names /nowhere");
        assertRefused(
                new KeyEncryption(null, key(1), List.of(), List.of(key(2), "?")),
                "The key-encryption key of modelhub.key-encryption.previous-keys is not base64.");
        assertRefused(
                new KeyEncryption(null, key(1), List.of(), List.of(key(1))),
                "The key-encryption key of modelhub.key-encryption.previous-keys is set twice.");
    }

    private static void assertRefused(KeyEncryption encryption, String message) {
        assertThatThrownBy(() -> Vault.of(encryption))
                .isInstanceOf(KeyEncryptionException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void nothingShowsASecretOrAKey() {
        assertThat(SECRET).hasToString("…x4Tb");
        assertThat(vault(1).seal(ROW, SECRET).toString()).doesNotContain("sk-proj");
        assertThat(only(null, key(1)).toString()).doesNotContain(key(1));
        assertThat(new KeyEncryption(null, key(1), List.of(), List.of(key(2))))
                .hasToString("the key of modelhub.key-encryption.key and 1 previous");
        assertThat(vault(1).toString()).doesNotContain(key(1));
    }
}
