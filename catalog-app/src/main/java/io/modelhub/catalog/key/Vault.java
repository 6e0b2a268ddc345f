package io.modelhub.catalog.key;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets by authenticated encryption (AES-256-GCM) under a key that the database never sees, and opens what was sealed
 * under that key or a previous one. A sealed secret is bound to its table and row: moved to another row, it doesn't open.
 * Thread-safe.
 */
public final class Vault {

    private static final int KEY_BYTES = 32;
    private static final String BOUND_TO = "api_key/";

    private final Aead aead;
    private final long keyId;
    private final Set<Long> openable;

    private Vault(Aead aead, long keyId, Set<Long> openable) {
        this.aead = aead;
        this.keyId = keyId;
        this.openable = openable;
    }

    /** @throws KeyEncryptionException there is no usable key, or one of them is not; the start must end */
    public static Vault of(KeyEncryption encryption) {
        Map<Integer, byte[]> keys = new LinkedHashMap<>();
        add(keys, current(encryption));
        int current = keys.keySet().iterator().next();
        for (String file : encryption.previousKeyFiles()) {
            add(keys, new Named(read(file, KeyEncryption.PREVIOUS_KEY_FILES), KeyEncryption.PREVIOUS_KEY_FILES));
        }
        for (String key : encryption.previousKeys()) {
            add(keys, new Named(key, KeyEncryption.PREVIOUS_KEYS));
        }
        return new Vault(
                aead(keys, current),
                Integer.toUnsignedLong(current),
                keys.keySet().stream().map(Integer::toUnsignedLong).collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * Another key, as secret as the current key-encryption key and telling nothing of it.
     *
     * @param purpose different ones give different keys
     * @throws KeyEncryptionException there is no usable key; the start must end
     */
    public static byte[] derivedKey(KeyEncryption encryption, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(decoded(current(encryption)), "HmacSHA256"));
            return mac.doFinal(("modelhub " + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    /** A key with the setting that it is of. */
    private record Named(String base64, String setting) {}

    private static Named current(KeyEncryption encryption) {
        if (encryption.keyFile() != null && encryption.key() != null) {
            throw new KeyEncryptionException(
                    "Both " + KeyEncryption.KEY_FILE + " and " + KeyEncryption.KEY + " are set; set one of them.");
        }
        if (encryption.keyFile() != null) {
            return new Named(read(encryption.keyFile(), KeyEncryption.KEY_FILE), KeyEncryption.KEY_FILE);
        }
        if (encryption.key() != null) {
            return new Named(encryption.key(), KeyEncryption.KEY);
        }
        throw new KeyEncryptionException("No key-encryption key: set " + KeyEncryption.KEY_FILE
                + " to a file with 32 random bytes as base64, or " + KeyEncryption.KEY + " to the base64 itself.");
    }

    private static String read(String file, String setting) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (IOException | InvalidPathException e) {
            throw new KeyEncryptionException("The key-encryption key can't be read: " + setting + " names " + file
                    + ", which is missing or not readable.");
        }
    }

    private static byte[] decoded(Named named) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(named.base64().strip());
        } catch (IllegalArgumentException e) {
            throw new KeyEncryptionException("The key-encryption key of " + named.setting() + " is not base64.");
        }
        if (key.length != KEY_BYTES) {
            throw new KeyEncryptionException("The key-encryption key of " + named.setting() + " has " + key.length
                    + " bytes instead of " + KEY_BYTES + ".");
        }
        return key;
    }

    private static void add(Map<Integer, byte[]> keys, Named named) {
        byte[] key = decoded(named);
        byte[] other = keys.put(idOf(key), key);
        if (other != null) {
            throw new KeyEncryptionException("The key-encryption key of " + named.setting() + " is set "
                    + (Arrays.equals(other, key) ? "twice." : "beside one with the same id; make another one."));
        }
    }

    /** The same key has the same id everywhere, without anyone keeping a list. */
    private static int idOf(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("modelhub key id".getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest.digest(key)).getInt();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @AccessesPartialKey // The keys are raw bytes from a file or the environment, which Tink calls a part of a key.
    private static Aead aead(Map<Integer, byte[]> keys, int current) {
        try {
            AeadConfig.register();
            KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
            for (Map.Entry<Integer, byte[]> key : keys.entrySet()) {
                AesGcmKey aesKey = AesGcmKey.builder()
                        .setParameters(AesGcmParameters.builder()
                                .setKeySizeBytes(KEY_BYTES)
                                .setIvSizeBytes(12)
                                .setTagSizeBytes(16)
                                .setVariant(AesGcmParameters.Variant.TINK)
                                .build())
                        .setKeyBytes(SecretBytes.copyFrom(key.getValue(), InsecureSecretKeyAccess.get()))
                        .setIdRequirement(key.getKey())
                        .build();
                KeysetHandle.Builder.Entry entry = KeysetHandle.importKey(aesKey);
                keyset.addEntry(key.getKey() == current ? entry.makePrimary() : entry);
            }
            return keyset.build().getPrimitive(RegistryConfiguration.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    /** Of the key under which new secrets are sealed. */
    long currentKeyId() {
        return keyId;
    }

    /** Of all keys that are set. */
    Set<Long> openableKeyIds() {
        return openable;
    }

    SealedSecret seal(UUID row, Secret secret) {
        try {
            return new SealedSecret(aead.encrypt(secret.clear().getBytes(StandardCharsets.UTF_8), boundTo(row)), keyId);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the secret of API key " + row + " can't be sealed", e);
        }
    }

    /** @throws GeneralSecurityException it was sealed for another row, under a key that is not set, or was changed */
    Secret open(UUID row, SealedSecret sealed) throws GeneralSecurityException {
        return new Secret(new String(aead.decrypt(sealed.ciphertext(), boundTo(row)), StandardCharsets.UTF_8));
    }

    private static byte[] boundTo(UUID row) {
        return (BOUND_TO + row).getBytes(StandardCharsets.UTF_8);
    }
}
